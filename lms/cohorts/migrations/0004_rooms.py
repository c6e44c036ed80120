import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0003_first_syllabus_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Room',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('slug', models.SlugField(editable=False, max_length=140, unique=True)),
                ('address', models.CharField(max_length=200, verbose_name='address')),
                ('capacity', models.PositiveSmallIntegerField(help_text='How many people it holds.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='capacity')),
                ('latitude', models.DecimalField(blank=True, decimal_places=6, help_text='In degrees, such as 45.464203. With the longitude it makes the links to maps.', max_digits=8, null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)], verbose_name='latitude')),
                ('longitude', models.DecimalField(blank=True, decimal_places=6, help_text='In degrees, such as 9.189982.', max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)], verbose_name='longitude')),
                ('directions_it', models.TextField(blank=True, max_length=2000, verbose_name='how to get there (Italian)')),
                ('directions_en', models.TextField(blank=True, max_length=2000, verbose_name='how to get there (English)')),
                ('accessibility_it', models.TextField(blank=True, max_length=2000, verbose_name='accessibility (Italian)')),
                ('accessibility_en', models.TextField(blank=True, max_length=2000, verbose_name='accessibility (English)')),
                ('active', models.BooleanField(default=True, help_text='A room no longer in use cannot be chosen anew.', verbose_name='in use')),
            ],
            options={
                'verbose_name': 'room',
                'verbose_name_plural': 'rooms',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='a_room_has_both_coordinates_or_none', violation_error_message='Give both latitude and longitude, or neither.'), models.CheckConstraint(condition=models.Q(('capacity__gte', 1)), name='a_room_holds_at_least_one_person')],
            },
        ),
        migrations.AddField(
            model_name='classsession',
            name='venue',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='cohorts.room', verbose_name='room'),
        ),
        migrations.AddField(
            model_name='classsession',
            name='before',
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
